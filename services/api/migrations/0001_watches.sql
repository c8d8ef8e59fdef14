create table watches (
    watch_id uuid primary key,
    owner_id text not null,
    revision bigint not null,
    watch jsonb,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    published_revision bigint not null default 0
);
comment on column watches.watch is 'Null once it was removed; the row stays so that the removal can be told again.';

create index watches_by_owner on watches (owner_id, created_at) where watch is not null;
create index watches_unpublished on watches (changed_at) where published_revision < revision;

create table epochs (
    stream text primary key,
    epoch text not null,
    filled_at timestamptz not null default now()
);
