create table auth_user (
  "id" integer not null primary key autoincrement,
  "password" varchar(128) not null,
  "last_login" datetime null,
  "is_superuser" bool not null,
  "username" varchar(150) not null unique,
  "email" varchar(254) not null default '',
  "date_joined" datetime not null
);

create table auth_group ("id" integer not null primary key autoincrement, "name" varchar(150) not null unique);

create table auth_user_groups (
  "id" integer not null primary key autoincrement,
  "user_id" integer not null references "auth_user" ("id") deferrable initially deferred,
  "group_id" integer not null references "auth_group" ("id") deferrable initially deferred
);

create unique index "auth_user_groups_once" on "auth_user_groups" ("user_id", "group_id");

create table page (
  id integer primary key,
  parent_id integer references page (id) on delete cascade,
  owner_id integer references auth_user,
  owner text,
  slug text collate nocase not null,
  title text not null default 'untitled',
  body clob,
  rank real default 0.5,
  price decimal(10, 2) not null default 0,
  data json not null default '{}',
  live boolean not null default 1,
  created timestamp not null default current_timestamp,
  day text not null default (date('now')),
  check (length(title) > 0),
  unique (parent_id, slug)
);

create index page_slug on page (slug collate binary);

create index page_live on page (live) where live;

create index page_lower on page (lower(title));

create index page_rank on page (rank desc, title);

create table revision (
  page_id integer not null references page on delete cascade,
  number integer not null,
  text text,
  diff blob default x'00ff',
  primary key (number, page_id)
) without rowid;

create table tag (name text primary key, about text);

create table page_tag (page_id int not null references page, tag varchar(30) not null references tag (name) on update cascade, primary key (page_id, tag));

create table setting (key text primary key not null on conflict replace, value) without rowid;

create table visit (at integer, page_id integer, who any) strict;

create table counter (id integer primary key, hits unsigned big int not null default 0, total int generated always as (hits * 2) virtual, kept integer as (hits + 1) stored);

create virtual table page_words using fts5 (title, body);

create trigger page_renamed after update of title on page begin update page_words set title = new.title where rowid = new.id; end;

create view live_page as select id, title from page where live;
