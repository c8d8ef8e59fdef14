alter table searches add column watch_ids uuid[] not null default '{}';
comment on column searches.watch_ids is 'The watches that ask for it, whose owners are told of its errors.';

create function seller_digest(listing jsonb) returns text language sql immutable strict parallel safe
    return encode(sha256(convert_to(lower(listing #>> '{seller,name}'), 'UTF8')), 'hex');
comment on function seller_digest is 'How a seller is named in requests to forget them.';

create index known_by_seller on known (seller_digest(listing)) where listing #>> '{seller,name}' is not null;
create index sightings_by_listing on sightings (listing_id);
