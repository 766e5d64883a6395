create table country (
  country_id smallint unsigned not null auto_increment,
  country varchar(50) not null,
  last_update timestamp not null default current_timestamp on update current_timestamp,
  primary key (country_id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table city (
  city_id smallint unsigned not null auto_increment,
  city varchar(50) not null,
  country_id smallint unsigned not null,
  place point not null,
  primary key (city_id),
  key idx_fk_country_id (country_id),
  spatial key idx_place (place),
  constraint fk_city_country foreign key (country_id) references country (country_id) on delete restrict on update cascade
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table branch (
  branch_id tinyint unsigned not null auto_increment,
  manager_id tinyint unsigned not null,
  city_id smallint unsigned not null,
  primary key (branch_id),
  unique key idx_unique_manager (manager_id),
  key idx_fk_city_id (city_id),
  constraint fk_branch_city foreign key (city_id) references city (city_id) on update cascade
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table worker (
  worker_id tinyint unsigned not null auto_increment,
  first_name varchar(45) not null,
  branch_id tinyint unsigned not null,
  picture blob default null,
  active boolean not null default true,
  username varchar(16) not null,
  password varchar(40) character set utf8mb4 collate utf8mb4_bin default null,
  city_id smallint unsigned not null,
  primary key (worker_id),
  key idx_fk_branch_id (branch_id),
  key idx_fk_city_id (city_id),
  constraint fk_worker_branch foreign key (branch_id) references branch (branch_id) on update cascade,
  constraint fk_worker_city foreign key (city_id) references city (city_id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

alter table branch add constraint fk_branch_worker foreign key (manager_id) references worker (worker_id) on update cascade;

create table film (
  film_id smallint unsigned not null auto_increment,
  title varchar(255) not null,
  made year default null,
  days tinyint unsigned not null default 3,
  rate decimal(4,2) not null default 4.99,
  length smallint unsigned default null,
  rating enum('G','PG','R') default 'G',
  features set('Trailers','Scenes') default null,
  brief varchar(40) generated always as (left(title, 40)) stored,
  loud varchar(255) as (upper(title)) virtual,
  primary key (film_id),
  key idx_title (title),
  check (days > 0 and days < 100)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table actor (actor_id smallint unsigned not null auto_increment primary key, first_name varchar(45) not null, last_name varchar(45) not null, key idx_title (last_name)) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table film_actor (
  actor_id smallint unsigned not null,
  film_id smallint unsigned not null,
  primary key (actor_id, film_id),
  key idx_fk_film_id (film_id),
  constraint fk_film_actor_actor foreign key (actor_id) references actor (actor_id) on update cascade,
  constraint fk_film_actor_film foreign key (film_id) references film (film_id) on update cascade
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table item (
  item_id mediumint unsigned not null auto_increment,
  film_id smallint unsigned not null,
  branch_id tinyint unsigned not null,
  primary key (item_id),
  key idx_fk_film_id (film_id),
  key idx_branch_film (branch_id, film_id),
  constraint fk_item_film foreign key (film_id) references film (film_id),
  constraint fk_item_branch foreign key (branch_id) references branch (branch_id)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table loan (
  loan_id int not null auto_increment,
  lent datetime(6) not null,
  item_id mediumint unsigned not null,
  returned datetime default null,
  worker_id tinyint unsigned not null,
  paid decimal(5,2) check (paid >= 0),
  attributes json not null default '{}',
  token uuid default uuid(),
  primary key (loan_id),
  unique key (lent, item_id),
  key idx_fk_item_id (item_id),
  key idx_fk_worker_id (worker_id),
  key idx_late (returned desc),
  constraint fk_loan_item foreign key (item_id) references item (item_id) on update cascade,
  constraint fk_loan_worker foreign key (worker_id) references worker (worker_id) on update cascade
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table item_place (item_id mediumint unsigned not null, shelf char(1) not null, position smallint not null, primary key (shelf, position), unique key one_place (item_id)) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create table place_history (
  id bigint not null auto_increment primary key,
  shelf char(1) not null,
  position smallint not null,
  since datetime default current_timestamp,
  foreign key (shelf, position) references item_place (shelf, position)
) engine=InnoDB default charset=utf8mb4 collate=utf8mb4_general_ci;

create view film_list as select f.film_id, f.title, count(a.actor_id) as actors from film f left join film_actor a on a.film_id = f.film_id group by f.film_id, f.title;

create trigger film_changed before update on film for each row set new.title = trim(new.title);
