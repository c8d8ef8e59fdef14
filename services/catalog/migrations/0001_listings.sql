create table listings (
    listing_id text primary key,
    sighting_id uuid not null,
    source text not null,
    marketplace text not null,
    vertical text not null,
    title text not null,
    component_type text not null,
    product_key text,
    condition text not null,
    stratum text not null,
    quantity integer not null,
    currency text not null,
    asking_minor bigint,
    shipping_minor bigint,
    bid_count integer,
    unit_minor bigint,
    base_currency text,
    score double precision not null,
    verdict text not null,
    confidence double precision not null,
    saving_minor bigint,
    saving_percent double precision,
    seller_name text,
    seller_feedback_score bigint,
    seller_feedback_percent double precision,
    seller_top_rated boolean not null,
    condition_text text,
    country text,
    url text,
    image_url text,
    buying_options text[] not null,
    variations boolean not null,
    quantity_available bigint,
    listed_at timestamptz,
    ends_at timestamptz,
    first_seen_at timestamptz not null,
    observed_at timestamptz not null,
    scored_at timestamptz not null,
    previous jsonb,
    aspects jsonb not null,
    attributes jsonb not null,
    product jsonb not null,
    price jsonb,
    judgement jsonb not null,
    extractor_version text not null,
    status text not null default 'active' check (status in ('active', 'ended')),
    ended_at timestamptz,
    end_reason text
);
comment on table listings is 'One row a listing as it was last observed; an older event never overwrites it.';
comment on column listings.unit_minor is 'Landed price per unit in base_currency; shipping counts as 0 while shipping_minor is null.';
comment on column listings.attributes is 'Name to value, for filters; product says where each came from.';

create index listings_by_score on listings (score desc, listing_id) where status = 'active';
create index listings_by_type_and_score on listings (component_type, score desc, listing_id) where status = 'active';
create index listings_by_saving on listings (coalesce(saving_minor, -9223372036854775808) desc, listing_id)
    where status = 'active';
create index listings_by_price on listings (coalesce(unit_minor, 9223372036854775807), listing_id)
    where status = 'active';
create index listings_by_age on listings (coalesce(listed_at, first_seen_at) desc, listing_id) where status = 'active';
create index listings_by_observation on listings (observed_at desc, listing_id);
create index listings_by_product on listings (product_key, status);
create index listings_by_seller on listings (seller_name);
create index listings_by_attribute on listings using gin (attributes jsonb_path_ops);
create index listings_by_word on listings using gin (to_tsvector('simple', title));

create table endings (
    listing_id text primary key,
    ended_at timestamptz not null,
    reason text not null
);
comment on table endings is 'What ended, kept apart because the word of it may come before the listing itself.';

create table price_points (
    listing_id text not null,
    at timestamptz not null,
    asking_minor bigint,
    shipping_minor bigint,
    currency text not null,
    unit_minor bigint,
    base_currency text,
    score double precision not null,
    primary key (listing_id, at)
);
comment on table price_points is 'One row whenever what a listing asks had changed.';

create table products (
    product_key text primary key,
    vertical text,
    component_type text,
    currency text,
    version bigint not null default 0,
    computed_at timestamptz,
    strata jsonb not null default '[]'
);
comment on table products is 'What is sold, with the current baseline of each stratum.';

create table alerts (
    alert_id uuid primary key,
    owner_id text not null,
    listing_id text not null,
    sighting_id uuid not null,
    raised_at timestamptz not null,
    title text not null,
    url text,
    image_url text,
    component_type text not null,
    product_key text,
    unit_minor bigint not null,
    base_currency text not null,
    score double precision not null,
    verdict text not null,
    saving_minor bigint,
    saving_percent double precision,
    matches jsonb not null,
    channels text[] not null,
    replayed boolean not null
);
create index alerts_by_time on alerts (raised_at desc, alert_id);
create index alerts_by_listing on alerts (listing_id);
create index alerts_by_watch on alerts using gin (matches jsonb_path_ops);

create table deliveries (
    alert_id uuid not null,
    channel text not null,
    state text not null,
    attempt integer not null,
    message_id text,
    reason text,
    at timestamptz not null,
    primary key (alert_id, channel)
);
comment on table deliveries is 'What became of an alert on a channel; no row means that it is still on its way.';
