alter table known drop constraint known_end_reason_check;
alter table known add constraint known_end_reason_check check (end_reason in ('ended', 'gone', 'sold_probably'));

alter table known add column ends_at timestamptz;
alter table known add column next_look_at timestamptz;
alter table known add column sold_quantity bigint;
comment on column known.next_look_at is 'When it is looked at by itself; a search that shows it alive puts that off.';
comment on column known.sold_quantity is 'How many the marketplace says were sold, at the last look.';
update known set ends_at = (listing ->> 'ends_at')::timestamptz, next_look_at = seen_at + interval '2 hours';

drop index known_to_inspect;
create index known_to_look_at on known (next_look_at) where ended_at is null;

create table sales (
    listing_id text not null,
    sold_quantity bigint not null,
    units bigint not null check (units > 0),
    asking_minor bigint,
    currency text not null,
    noticed_at timestamptz not null,
    primary key (listing_id, sold_quantity)
);
comment on table sales is 'Units that were sold between two looks, at what was asked then; the listing may go on.';
