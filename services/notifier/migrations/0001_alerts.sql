create table alerts (
    alert_id uuid primary key,
    owner_id text not null,
    listing_id text not null,
    trigger text not null,
    vertical text not null,
    score double precision not null,
    sighting_id uuid not null,
    cause_id uuid not null,
    replay_id uuid,
    event_id uuid not null unique,
    event bytea not null,
    traceparent text,
    raised_at timestamptz not null
);
comment on table alerts is 'One row a person, listing and trigger, for good; a replay has rows of its own.';
comment on column alerts.cause_id is 'The listing.scored that raised it.';
comment on column alerts.event is 'The alert.raised as published, in JSON; bytes, because marketplace text may hold NUL.';

create index alerts_by_cause on alerts (cause_id);
create index alerts_by_listing on alerts (listing_id);

create table matches (
    alert_id uuid not null references alerts,
    watch_id uuid not null,
    cause_id uuid not null,
    score double precision not null,
    matched_at timestamptz not null,
    primary key (alert_id, watch_id)
);
comment on table matches is 'Which watches a listing satisfied; one that did so later is added without a second alert.';

create index matches_by_watch on matches (watch_id, matched_at);

create table deliveries (
    alert_id uuid not null references alerts,
    channel text not null,
    state text not null check (state in ('pending', 'claimed', 'confirmed', 'unknown', 'failed', 'replayed')),
    owner text,
    attempt integer not null default 0,
    lease_until timestamptz,
    send_began_at timestamptz,
    first_send_at timestamptz,
    next_attempt_at timestamptz not null default clock_timestamp(),
    message_id text,
    reason text,
    created_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz,
    announced_at timestamptz,
    primary key (alert_id, channel)
);
comment on table deliveries is 'What became of each alert on each channel. All times are the database''s.';
comment on column deliveries.owner is 'The process that claimed it; only with this owner and attempt may it be settled.';
comment on column deliveries.send_began_at is
    'Committed just before the claim''s message is sent. A claim that expires with it set is unknown, without it free.';
comment on column deliveries.announced_at is 'When alert.delivered was stored for the present state.';

create index deliveries_pending on deliveries (next_attempt_at) where state = 'pending';
create index deliveries_claimed on deliveries (lease_until) where state = 'claimed';
create index deliveries_unannounced on deliveries (settled_at) where announced_at is null and settled_at is not null;
create index deliveries_unknown on deliveries (settled_at) where state = 'unknown';

create table routes (
    route_id uuid primary key,
    channel text not null,
    disabled_at timestamptz not null default clock_timestamp(),
    reason text not null
);
comment on table routes is 'Addresses that are gone and are not asked again. The id is a digest; the address is a secret.';

create table epochs (
    stream text primary key,
    epoch text not null,
    filled_at timestamptz not null default now()
);
