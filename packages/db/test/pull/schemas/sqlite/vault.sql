create table users (
  uuid text not null primary key,
  created_at datetime not null,
  email text not null unique,
  name text not null,
  password_hash blob not null,
  kind text check (kind in ('owner', 'guest')) not null default 'guest',
  state text not null default 'new' check (state in ('new', '', 'gone')),
  client_kdf_type integer not null default 0,
  enabled boolean not null default 1,
  shares integer not null default 0 check (shares between 0 and 9),
  meta text check (json_valid(meta))
);

create table devices (
  uuid char(36) not null,
  user_uuid char(36) not null references users (uuid),
  name text not null,
  token blob,
  primary key (uuid, user_uuid)
);

create table folders (
  uuid text not null primary key,
  user_uuid varchar(40) not null references users on delete cascade,
  name text not null
);

create table ciphers (
  uuid text not null primary key,
  user_uuid text references users (uuid),
  folder_uuid char(36) references folders,
  atype integer not null,
  data text not null,
  deleted_at datetime
);

create table folders_ciphers (
  cipher_uuid text not null references ciphers (uuid),
  folder_uuid text not null references folders (uuid),
  primary key (cipher_uuid, folder_uuid)
);

create table attachments (id text not null primary key, cipher_uuid text not null references ciphers, file_name text not null, file_size integer not null, akey text);

create table invitations (email text not null primary key);

create table twofactor (
  uuid text not null primary key,
  user_uuid text not null references users (uuid),
  atype integer not null,
  enabled boolean not null,
  last_used integer not null default 0,
  unique (user_uuid, atype)
);

create table event (
  id integer primary key autoincrement,
  uuid text not null unique,
  type integer not null,
  user_uuid text,
  at text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) check (at glob '????-??-??T??:??:??.???Z'),
  ip text,
  foreign key (uuid, type) references twofactor (uuid, atype)
) strict;

create table ledger (
  id integer primary key,
  amount integer not null,
  rest integer not null default 0 check (rest >= 0),
  note text,
  bytes blob check (length(bytes) <= 64)
) strict;

create table sso (user_uuid char(36) not null primary key, identifier text not null unique, foreign key (user_uuid) references users (uuid) on update cascade on delete cascade);

create index ciphers_user on ciphers (user_uuid);

create index ciphers_user_type on ciphers (user_uuid, atype);

create trigger keep_users before delete on users begin select raise(abort, 'users are kept'); end;
