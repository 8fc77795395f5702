-- Key-encryption keys by number: the one with the highest activation wraps new keys, a retired one wraps nothing any more.
alter table datahub.sealing_check add column activation int, add column retired timestamptz;

update datahub.sealing_check set activation = split_part(name, '-', 2)::int where name like 'kek-%';

create unique index sealing_check_activation on datahub.sealing_check (activation);

-- Which key files each node has, by their check values: a number becomes the active one only when all that live have it.
create table datahub.sealing_node (
    node  text        not null,
    name  text        not null,
    value bytea       not null,
    seen  timestamptz not null,
    constraint sealing_node_pk primary key (node, name)
);

grant update (activation, retired) on datahub.sealing_check to datahub_hub;
grant select, insert, update, delete on datahub.sealing_node to datahub_hub;

-- After a restore no number of a key destroyed since the backup may name another key.
grant select, update on sequence datahub.sealing_key_no to datahub_hub;
