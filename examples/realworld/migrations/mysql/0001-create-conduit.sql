create table `users` (
  `id` char(36) character set ascii collate ascii_bin not null,
  `username` varchar(100) character set utf8mb4 collate utf8mb4_nopad_bin not null,
  `email` varchar(254) character set utf8mb4 collate uca1400_nopad_as_ci not null,
  `password_hash` varchar(300) character set utf8mb4 collate utf8mb4_nopad_bin not null,
  `bio` text character set utf8mb4 collate utf8mb4_nopad_bin not null default (''),
  `image` text character set utf8mb4 collate utf8mb4_nopad_bin not null default (''),
  `created_at` datetime(3) not null default (utc_timestamp(3)),
  primary key (`id`),
  constraint `users_username_check` check (char_length(`username`) >= 1 and char_length(`username`) <= 100),
  constraint `users_email_check` check (char_length(`email`) <= 254),
  constraint `users_password_hash_check` check (char_length(`password_hash`) <= 300),
  constraint `users_bio_check` check (char_length(`bio`) <= 2000),
  constraint `users_image_check` check (char_length(`image`) <= 2000),
  unique index `users_username_key` (`username`),
  unique index `users_email_key` (`email`)
) engine=InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

create table `articles` (
  `id` char(36) character set ascii collate ascii_bin not null,
  `slug` varchar(150) character set utf8mb4 collate utf8mb4_nopad_bin not null,
  `title` varchar(500) character set utf8mb4 collate utf8mb4_nopad_bin not null,
  `description` text character set utf8mb4 collate utf8mb4_nopad_bin not null,
  `body` longtext character set utf8mb4 collate utf8mb4_nopad_bin not null,
  `tag_list` json not null,
  `author_id` char(36) character set ascii collate ascii_bin not null,
  `created_at` datetime(3) not null default (utc_timestamp(3)),
  `updated_at` datetime(3) not null default (utc_timestamp(3)),
  primary key (`id`),
  constraint `articles_slug_check` check (char_length(`slug`) >= 1 and char_length(`slug`) <= 150),
  constraint `articles_title_check` check (char_length(`title`) >= 1 and char_length(`title`) <= 500),
  constraint `articles_description_check` check (char_length(`description`) >= 1 and char_length(`description`) <= 2000),
  constraint `articles_body_check` check (char_length(`body`) >= 1),
  unique index `articles_slug_key` (`slug`),
  index `articles_author_id_idx` (`author_id`),
  constraint `articles_author_id_fkey` foreign key (`author_id`) references `users` (`id`) on delete cascade
) engine=InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

create table `article_tags` (
  `article_id` char(36) character set ascii collate ascii_bin not null,
  `tag` varchar(100) character set utf8mb4 collate utf8mb4_nopad_bin not null,
  primary key (`article_id`, `tag`),
  constraint `article_tags_tag_check` check (char_length(`tag`) >= 1 and char_length(`tag`) <= 100),
  index `article_tags_tag_article_id_idx` (`tag`, `article_id`),
  constraint `article_tags_article_id_fkey` foreign key (`article_id`) references `articles` (`id`) on delete cascade
) engine=InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

create table `comments` (
  `id` bigint not null auto_increment,
  `body` text character set utf8mb4 collate utf8mb4_nopad_bin not null,
  `article_id` char(36) character set ascii collate ascii_bin not null,
  `author_id` char(36) character set ascii collate ascii_bin not null,
  `created_at` datetime(3) not null default (utc_timestamp(3)),
  `updated_at` datetime(3) not null default (utc_timestamp(3)),
  primary key (`id`),
  constraint `comments_body_check` check (char_length(`body`) >= 1 and char_length(`body`) <= 10000),
  index `comments_article_id_idx` (`article_id`),
  index `comments_author_id_idx` (`author_id`),
  constraint `comments_article_id_fkey` foreign key (`article_id`) references `articles` (`id`) on delete cascade,
  constraint `comments_author_id_fkey` foreign key (`author_id`) references `users` (`id`) on delete cascade
) engine=InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

create table `favorites` (
  `article_id` char(36) character set ascii collate ascii_bin not null,
  `user_id` char(36) character set ascii collate ascii_bin not null,
  primary key (`article_id`, `user_id`),
  index `favorites_user_id_idx` (`user_id`),
  constraint `favorites_article_id_fkey` foreign key (`article_id`) references `articles` (`id`) on delete cascade,
  constraint `favorites_user_id_fkey` foreign key (`user_id`) references `users` (`id`) on delete cascade
) engine=InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

create table `follows` (
  `follower_id` char(36) character set ascii collate ascii_bin not null,
  `followed_id` char(36) character set ascii collate ascii_bin not null,
  primary key (`follower_id`, `followed_id`),
  index `follows_followed_id_idx` (`followed_id`),
  constraint `follows_follower_id_fkey` foreign key (`follower_id`) references `users` (`id`) on delete cascade,
  constraint `follows_followed_id_fkey` foreign key (`followed_id`) references `users` (`id`) on delete cascade
) engine=InnoDB default character set utf8mb4 collate utf8mb4_nopad_bin;

-- down

drop table `article_tags`;

drop table `comments`;

drop table `favorites`;

drop table `articles`;

drop table `follows`;

drop table `users`;
