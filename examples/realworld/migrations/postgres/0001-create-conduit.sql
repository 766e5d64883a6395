create collation if not exists keelson_case_insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

create table "users" (
  "id" uuid not null,
  "username" text collate "C" not null,
  "email" text collate "keelson_case_insensitive" not null,
  "password_hash" text collate "C" not null,
  "bio" text collate "C" not null default '',
  "image" text collate "C" not null default '',
  "created_at" timestamptz(3) not null default now(),
  primary key ("id"),
  constraint "users_username_check" check (char_length("username") >= 1 and char_length("username") <= 100),
  constraint "users_email_check" check (char_length("email") <= 254),
  constraint "users_password_hash_check" check (char_length("password_hash") <= 300),
  constraint "users_image_check" check (char_length("image") <= 2000),
  constraint "users_created_at_check" check (isfinite("created_at"))
);

create unique index "users_username_key" on "users" ("username");

create unique index "users_email_key" on "users" ("email");

create table "articles" (
  "id" uuid not null,
  "slug" text collate "C" not null,
  "title" text collate "C" not null,
  "description" text collate "C" not null,
  "body" text collate "C" not null,
  "tag_list" jsonb not null,
  "author_id" uuid not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  primary key ("id"),
  constraint "articles_slug_check" check (char_length("slug") >= 1 and char_length("slug") <= 150),
  constraint "articles_title_check" check (char_length("title") >= 1 and char_length("title") <= 500),
  constraint "articles_description_check" check (char_length("description") >= 1 and char_length("description") <= 2000),
  constraint "articles_body_check" check (char_length("body") >= 1),
  constraint "articles_created_at_check" check (isfinite("created_at")),
  constraint "articles_updated_at_check" check (isfinite("updated_at")),
  constraint "articles_author_id_fkey" foreign key ("author_id") references "users" ("id") on delete cascade
);

create unique index "articles_slug_key" on "articles" ("slug");

create index "articles_author_id_idx" on "articles" ("author_id");

create table "article_tags" (
  "article_id" uuid not null,
  "tag" text collate "C" not null,
  primary key ("article_id", "tag"),
  constraint "article_tags_tag_check" check (char_length("tag") >= 1 and char_length("tag") <= 100),
  constraint "article_tags_article_id_fkey" foreign key ("article_id") references "articles" ("id") on delete cascade
);

create index "article_tags_tag_article_id_idx" on "article_tags" ("tag", "article_id");

create table "comments" (
  "id" bigint not null,
  "body" text collate "C" not null,
  "article_id" uuid not null,
  "author_id" uuid not null,
  "created_at" timestamptz(3) not null default now(),
  "updated_at" timestamptz(3) not null default now(),
  primary key ("id"),
  constraint "comments_id_check" check ("id" >= 1 and "id" <= 9007199254740991),
  constraint "comments_body_check" check (char_length("body") >= 1),
  constraint "comments_created_at_check" check (isfinite("created_at")),
  constraint "comments_updated_at_check" check (isfinite("updated_at")),
  constraint "comments_article_id_fkey" foreign key ("article_id") references "articles" ("id") on delete cascade,
  constraint "comments_author_id_fkey" foreign key ("author_id") references "users" ("id") on delete cascade
);

create index "comments_article_id_idx" on "comments" ("article_id");

create index "comments_author_id_idx" on "comments" ("author_id");

create table "favorites" (
  "article_id" uuid not null,
  "user_id" uuid not null,
  primary key ("article_id", "user_id"),
  constraint "favorites_article_id_fkey" foreign key ("article_id") references "articles" ("id") on delete cascade,
  constraint "favorites_user_id_fkey" foreign key ("user_id") references "users" ("id") on delete cascade
);

create index "favorites_user_id_idx" on "favorites" ("user_id");

create table "follows" (
  "follower_id" uuid not null,
  "followed_id" uuid not null,
  primary key ("follower_id", "followed_id"),
  constraint "follows_follower_id_fkey" foreign key ("follower_id") references "users" ("id") on delete cascade,
  constraint "follows_followed_id_fkey" foreign key ("followed_id") references "users" ("id") on delete cascade
);

create index "follows_followed_id_idx" on "follows" ("followed_id");

-- down

drop table "article_tags";

drop table "comments";

drop table "favorites";

drop table "articles";

drop table "follows";

drop table "users";

drop collation "keelson_case_insensitive";
