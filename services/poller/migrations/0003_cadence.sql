alter table quota add column window_s double precision not null default 86400 check (window_s > 0);
alter table quota add column is_confirmed boolean not null default false;
alter table quota add column generation bigint not null default 0;
comment on column quota.is_confirmed is 'The marketplace named resets_at; otherwise it is a guess.';
comment on column quota.generation is
    'Raised when used no longer is the sum of our blocks; from then on no earlier block is given back.';

alter table searches add column found double precision not null default 0;
alter table searches add column watched_s double precision not null default 0;
alter table searches add column calls double precision not null default 1;
alter table searches add column learned_at timestamptz;
alter table searches add column failed_since timestamptz;
comment on column searches.found is 'New listings lately, fading over watched_s; what decides next_poll_at.';
comment on column searches.calls is 'Calls that a poll takes lately.';
