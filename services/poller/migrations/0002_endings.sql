alter table known add column end_reason text check (end_reason in ('ended', 'gone'));
comment on column known.end_reason is 'What listing.ended said, so that it can be told again when the bus is lost.';

create index known_ended on known (inspected_at) where ended_at is not null;
