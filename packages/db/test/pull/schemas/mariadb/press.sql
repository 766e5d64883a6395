create table site_users (
  ID bigint(20) unsigned not null auto_increment,
  user_login varchar(60) collate utf8mb4_unicode_ci not null default '',
  user_pass varchar(255) not null default '',
  user_registered datetime not null default '1000-01-01 00:00:00',
  user_status int(11) not null default '0',
  display_name varchar(250) character set latin1 not null default '',
  primary key (ID),
  key user_login_key (user_login),
  key user_name (display_name(100))
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table usermeta (
  umeta_id bigint(20) unsigned not null auto_increment,
  user_id bigint(20) unsigned not null default '0',
  meta_key varchar(255) default null,
  meta_value longtext,
  primary key (umeta_id),
  key user_id (user_id),
  key meta_key (meta_key(191))
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table posts (
  ID bigint(20) unsigned not null auto_increment primary key,
  post_author bigint(20) unsigned not null,
  post_date datetime not null default '0000-00-00 00:00:00',
  post_day date not null default '0000-00-00',
  post_content longtext not null,
  post_status varchar(20) not null default 'publish',
  menu_order int(11) not null default 0,
  comment_count bigint(20) not null default 0,
  unique key ID (ID),
  key user_id (post_author),
  key type_status_date (post_status, post_date, ID),
  fulltext key words (post_content),
  constraint posts_by foreign key (post_author) references site_users (ID)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table terms (
  term_id bigint(20) unsigned not null auto_increment,
  name varchar(200) not null default '',
  slug varchar(200) not null default '',
  term_group bigint(10) not null default 0,
  primary key (term_id),
  key slug (slug(191)),
  key name (name)
) engine=MyISAM default charset=utf8mb3;

create table term_relationships (
  object_id bigint(20) unsigned not null default 0,
  term_taxonomy_id bigint(20) unsigned not null default 0,
  term_order int(11) not null default 0,
  primary key (object_id, term_taxonomy_id),
  key user_id (term_taxonomy_id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table options (
  option_id bigint(20) unsigned not null auto_increment,
  option_name varchar(191) default null,
  option_value longtext not null,
  autoload enum('yes','no','on''ly','') not null default 'yes',
  flags set('a','b','c') not null default 'a,b',
  primary key (option_id),
  unique key option_name (option_name)
) engine=InnoDB default charset=utf8mb4;

create table comments (
  id int unsigned not null auto_increment primary key,
  post_id bigint unsigned not null,
  parent int unsigned default null,
  author tinytext not null,
  ip varbinary(16) not null default '',
  approved tinyint(1) not null default 1,
  karma tinyint not null default 0,
  score float default null,
  changed timestamp not null default current_timestamp() on update current_timestamp(),
  constraint comments_post foreign key (post_id) references posts (ID) on delete cascade,
  constraint comments_parent foreign key (parent) references comments (id) on delete set null on update cascade
) engine=InnoDB default charset=utf8mb4 comment='What readers say';

create table links (
  link_id mediumint unsigned not null primary key auto_increment,
  url varchar(2000) character set ascii not null,
  rating int(3) unsigned zerofill not null default 000,
  visits year,
  seen time default '12:00:00',
  note text default 'it''s "new"',
  raw blob
) engine=InnoDB default charset=latin1;

create table sessions (id char(32) not null primary key, data mediumblob, expires int unsigned not null, key user_id (expires)) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table upgrades (name varchar(100), at datetime) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create view shown as select ID, post_status from posts where post_status = 'publish';

create trigger posts_count after insert on comments for each row update posts set comment_count = comment_count + 1 where ID = new.post_id;

create procedure forget() delete from sessions where expires < unix_timestamp();
