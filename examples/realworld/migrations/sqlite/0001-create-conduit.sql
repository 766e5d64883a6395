-- foreign keys: off

create table "users" (
  "id" text not null,
  "username" text not null,
  "email" text collate nocase not null,
  "password_hash" text not null,
  "bio" text not null default '',
  "image" text not null default '',
  "created_at" text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key ("id"),
  constraint "users_id_check" check ("id" glob '????????-????-????-????-????????????'),
  constraint "users_username_check" check (length("username") >= 1 and length("username") <= 100),
  constraint "users_email_check" check (length("email") <= 254),
  constraint "users_password_hash_check" check (length("password_hash") <= 300),
  constraint "users_bio_check" check (length("bio") <= 2000),
  constraint "users_image_check" check (length("image") <= 2000),
  constraint "users_created_at_check" check ("created_at" glob '????-??-??T??:??:??.???Z')
) strict;

create unique index "users_username_key" on "users" ("username");

create unique index "users_email_key" on "users" ("email");

create table "articles" (
  "id" text not null,
  "slug" text not null,
  "title" text not null,
  "description" text not null,
  "body" text not null,
  "tag_list" text not null,
  "author_id" text not null,
  "created_at" text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "updated_at" text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  primary key ("id"),
  constraint "articles_id_check" check ("id" glob '????????-????-????-????-????????????'),
  constraint "articles_slug_check" check (length("slug") >= 1 and length("slug") <= 150),
  constraint "articles_title_check" check (length("title") >= 1 and length("title") <= 500),
  constraint "articles_description_check" check (length("description") >= 1 and length("description") <= 2000),
  constraint "articles_body_check" check (length("body") >= 1),
  constraint "articles_tag_list_check" check (json_valid("tag_list")),
  constraint "articles_author_id_check" check ("author_id" glob '????????-????-????-????-????????????'),
  constraint "articles_created_at_check" check ("created_at" glob '????-??-??T??:??:??.???Z'),
  constraint "articles_updated_at_check" check ("updated_at" glob '????-??-??T??:??:??.???Z'),
  constraint "articles_author_id_fkey" foreign key ("author_id") references "users" ("id") on delete cascade
) strict;

create unique index "articles_slug_key" on "articles" ("slug");

create index "articles_author_id_idx" on "articles" ("author_id");

create table "article_tags" (
  "article_id" text not null,
  "tag" text not null,
  primary key ("article_id", "tag"),
  constraint "article_tags_article_id_check" check ("article_id" glob '????????-????-????-????-????????????'),
  constraint "article_tags_tag_check" check (length("tag") >= 1 and length("tag") <= 100),
  constraint "article_tags_article_id_fkey" foreign key ("article_id") references "articles" ("id") on delete cascade
) strict;

create index "article_tags_tag_article_id_idx" on "article_tags" ("tag", "article_id");

create table "comments" (
  "id" integer not null primary key autoincrement,
  "body" text not null,
  "article_id" text not null,
  "author_id" text not null,
  "created_at" text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "updated_at" text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  constraint "comments_id_check" check ("id" >= 1 and "id" <= 9007199254740991),
  constraint "comments_body_check" check (length("body") >= 1 and length("body") <= 10000),
  constraint "comments_article_id_check" check ("article_id" glob '????????-????-????-????-????????????'),
  constraint "comments_author_id_check" check ("author_id" glob '????????-????-????-????-????????????'),
  constraint "comments_created_at_check" check ("created_at" glob '????-??-??T??:??:??.???Z'),
  constraint "comments_updated_at_check" check ("updated_at" glob '????-??-??T??:??:??.???Z'),
  constraint "comments_article_id_fkey" foreign key ("article_id") references "articles" ("id") on delete cascade,
  constraint "comments_author_id_fkey" foreign key ("author_id") references "users" ("id") on delete cascade
) strict;

create index "comments_article_id_idx" on "comments" ("article_id");

create index "comments_author_id_idx" on "comments" ("author_id");

create table "favorites" (
  "article_id" text not null,
  "user_id" text not null,
  primary key ("article_id", "user_id"),
  constraint "favorites_article_id_check" check ("article_id" glob '????????-????-????-????-????????????'),
  constraint "favorites_user_id_check" check ("user_id" glob '????????-????-????-????-????????????'),
  constraint "favorites_article_id_fkey" foreign key ("article_id") references "articles" ("id") on delete cascade,
  constraint "favorites_user_id_fkey" foreign key ("user_id") references "users" ("id") on delete cascade
) strict;

create index "favorites_user_id_idx" on "favorites" ("user_id");

create table "follows" (
  "follower_id" text not null,
  "followed_id" text not null,
  primary key ("follower_id", "followed_id"),
  constraint "follows_follower_id_check" check ("follower_id" glob '????????-????-????-????-????????????'),
  constraint "follows_followed_id_check" check ("followed_id" glob '????????-????-????-????-????????????'),
  constraint "follows_follower_id_fkey" foreign key ("follower_id") references "users" ("id") on delete cascade,
  constraint "follows_followed_id_fkey" foreign key ("followed_id") references "users" ("id") on delete cascade
) strict;

create index "follows_followed_id_idx" on "follows" ("followed_id");

-- down

drop table "article_tags";

drop table "comments";

drop table "favorites";

drop table "articles";

drop table "follows";

drop table "users";
