create table observations (
    listing_id text primary key,
    product_key text not null,
    stratum text not null,
    unit_minor bigint not null check (unit_minor > 0),
    seller text,
    first_at timestamptz not null,
    seen_at timestamptz not null,
    ended_at timestamptz
);
comment on table observations is 'One row a listing: its latest landed unit price, in the base currency.';

create index observations_by_key on observations (product_key, seen_at);

create table baselines (
    product_key text not null,
    version bigint not null,
    currency text not null,
    strata jsonb not null,
    computed_at timestamptz not null,
    primary key (product_key, version)
);
comment on table baselines is 'Every version of every baseline; the newest is what the bus carries.';

create table heads (
    product_key text primary key,
    version bigint not null default 0,
    oldest_at timestamptz,
    computed_at timestamptz
);
comment on table heads is 'The current version of each key, and the oldest sighting it rests on.';

create index heads_by_age on heads (oldest_at);

create table epochs (
    stream text primary key,
    epoch text not null,
    filled_at timestamptz not null default now()
);
