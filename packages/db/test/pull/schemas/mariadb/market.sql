create table communities (
  id int(11) not null auto_increment primary key,
  uuid binary(16) not null,
  ident varchar(255) collate utf8mb4_unicode_ci default null,
  settings text,
  consent varchar(255) default 'TERMS1.0',
  ratio double default 1.5,
  fee int default null,
  created_at datetime,
  updated_at datetime,
  unique key index_communities_on_uuid (uuid),
  key index_on_ident (ident)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table people (
  id varchar(22) not null,
  uuid binary(16) not null,
  community_id int(11) not null,
  locale varchar(255) default 'fi',
  is_admin tinyint(1) default 0,
  test_group int(11) default null,
  preferences text,
  confirmed_at datetime default null,
  deleted tinyint(1) default 0,
  primary key (id),
  unique key index_people_on_uuid (uuid),
  key index_on_community (community_id),
  key index_people_on_id (id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci row_format=dynamic;

create table categories (
  id int(11) not null auto_increment primary key,
  parent_id int(11) default null,
  icon varchar(255) default null,
  community_id int(11) default null,
  sort_priority int(11) default null,
  url varchar(255) default null,
  key index_on_community (community_id),
  key index_categories_on_parent_id (parent_id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table category_translations (
  id int(11) not null auto_increment primary key,
  category_id int(11) default null,
  locale varchar(255) default null,
  name varchar(255) default null,
  key index_with_locale (category_id, locale),
  key index_category (category_id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table listings (
  id int(11) not null auto_increment primary key,
  author_id varchar(22) default null,
  title varchar(255) default null,
  description text,
  valid_until datetime default null,
  price_cents int(11) default null,
  amount decimal(10,0) not null default 1,
  stock decimal(65,30) default null,
  state varchar(255) default 'open',
  sort_date datetime default null,
  bits bit(3) default b'101',
  category_id int(11) not null,
  key index_listings_on_author (author_id),
  key homepage_query (state(20), sort_date),
  constraint fk_listing_author foreign key (author_id) references people (id) on delete set null,
  constraint fk_listing_category foreign key (category_id) references categories (id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table bookings (
  id int(11) not null auto_increment primary key,
  listing_id int(11) not null,
  start_on date default '2000-02-29',
  end_on date default null,
  per_hour tinyint(1) default 0,
  constraint bookings_listing foreign key (listing_id) references listings (id) on delete cascade,
  constraint period check (end_on is null or start_on <= end_on)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table messages (
  id int(11) not null auto_increment primary key,
  sender_id varchar(255) collate utf8mb4_unicode_ci default null,
  content text collate utf8mb4_bin,
  conversation_id int(11) default null,
  greeting varchar(20) character set utf8mb4 collate utf8mb4_bin default '🙂 hi' comment 'with a 🙂',
  mood enum('😀','😢','plain') character set utf8mb4 collate utf8mb4_bin default '😢',
  key index_messages_on_conversation_id (conversation_id),
  constraint nice check (greeting <> '🤬')
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table locations (
  id int(11) not null auto_increment primary key,
  latitude float default null,
  longitude float default null,
  address varchar(255) default null,
  kind varchar(255) default null,
  person_id varchar(22) default null,
  key index_on_community (person_id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table followers (
  person_id varchar(22) not null,
  follower_id varchar(22) not null,
  created_at datetime not null,
  unique key index_pair (follower_id, person_id),
  primary key (person_id, follower_id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table followers_counts (person_id varchar(22) not null primary key, followers bigint unsigned not null default 18446744073709551615, hot bigint not null default -9223372036854775808, constraint followers_counts_person foreign key (person_id) references people (id)) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_unicode_ci;

create table schema_migrations (version varchar(255) not null, unique key unique_schema_migrations (version)) engine=InnoDB default charset=utf8mb3;

create table community_customizations_with_a_name_that_is_of_sixty_four_char (
  id int(11) not null auto_increment primary key,
  `order` int default null,
  `a column with blanks` varchar(10) default null,
  unique key an_index_whose_name_is_as_long_as_it_may_be_on_mysql_and_mariadb (`order`)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table timers (id smallint not null primary key, `from` datetime(3) default current_timestamp(3), event varchar(5) not null default 'a\\b', invisible_one int invisible default 5) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci with system versioning;
