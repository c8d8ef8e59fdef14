create table searches (
    search_id text primary key,
    source text not null,
    marketplace text not null,
    query text not null,
    category_id text,
    vertical text not null,
    enabled boolean not null default true,
    next_poll_at timestamptz not null default now(),
    polled_at timestamptz,
    newest_at timestamptz,
    error text,
    lease_owner text,
    lease_until timestamptz
);
comment on table searches is 'A shared question: watches that ask the same poll once.';
comment on column searches.newest_at is 'Listing time up to which everything was seen.';

create index searches_due on searches (next_poll_at) where enabled;

create table known (
    listing_id text primary key,
    fingerprint text not null,
    listing jsonb not null,
    changed_at timestamptz not null,
    seen_at timestamptz not null,
    inspected_at timestamptz,
    ended_at timestamptz
);
comment on table known is 'The last sight of every listing; what decides whether the next one is news.';

create index known_to_inspect on known (coalesce(inspected_at, seen_at)) where ended_at is null;

create table sightings (
    event_id uuid primary key,
    listing_id text not null,
    observed_at timestamptz not null,
    emission integer not null default 1,
    event jsonb not null,
    traceparent text,
    state text not null default 'open' check (state in ('open', 'scored', 'dead')),
    verdict text,
    reason text,
    opened_at timestamptz not null default now(),
    tries integer not null default 0,
    next_try_at timestamptz not null,
    settled_at timestamptz
);
comment on table sightings is 'One row a fact; open until its listing.scored or its dead letter came back.';

create index sightings_open on sightings (next_try_at) where state = 'open';
create index sightings_recent on sightings (opened_at);

create table ingests (
    ingest_id uuid primary key,
    payloads integer not null default 1,
    listings integer not null,
    accepted_at timestamptz not null default now()
);

create table ingest_members (
    ingest_id uuid not null references ingests on delete cascade,
    event_id uuid not null,
    primary key (ingest_id, event_id)
);
comment on table ingest_members is 'The sightings an ingest opened; one sighting may belong to several.';

create table rejected (
    digest text primary key,
    source text not null,
    item_id text,
    reason text not null,
    first_at timestamptz not null default now()
);
comment on table rejected is 'Entries of payloads that were no listings; each is set aside once.';

create table quota (
    credential text primary key,
    resets_at timestamptz not null,
    calls_limit integer not null,
    used integer not null default 0
);

create table sources (
    source text primary key,
    state text not null,
    reason text,
    since timestamptz not null
);

create table epochs (
    stream text primary key,
    epoch text not null,
    filled_at timestamptz not null default now()
);
