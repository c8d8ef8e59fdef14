create table answers (
    question_key text primary key,
    backend text not null,
    model text not null,
    answer text not null,
    asked_at timestamptz not null default now()
);
comment on table answers is 'What a model answered, by the listing''s words, the rules'' version and the model; kept for good.';

create table open_questions (
    listing_id text primary key,
    question_key text not null,
    observed_at timestamptz not null,
    event text not null,
    emission integer not null,
    traceparent text,
    tries integer not null default 0,
    unreadable integer not null default 0,
    next_try_at timestamptz not null default now(),
    noted_at timestamptz not null default now(),
    last_error text
);
comment on table open_questions is 'Listings that went on with what the rules know, to be asked about; the newest sighting of each.';

create index open_questions_by_turn on open_questions (next_try_at);

create table days (
    day date primary key,
    calls integer not null default 0,
    tokens bigint not null default 0,
    cost_microusd bigint not null default 0
);
comment on table days is 'What was spent or is reserved on each UTC day; one row is the lock of the budget.';

create table calls (
    call_id uuid primary key,
    day date not null references days,
    question_key text not null,
    backend text not null,
    model text not null,
    reserved_tokens bigint not null,
    reserved_microusd bigint not null,
    input_tokens bigint,
    output_tokens bigint,
    cost_microusd bigint,
    outcome text not null default 'reserved',
    error text,
    started_at timestamptz not null default now(),
    settled_at timestamptz
);
comment on table calls is 'The ledger: one row a call; what was reserved stands until the call is settled.';

create index calls_by_day on calls (day, started_at);
