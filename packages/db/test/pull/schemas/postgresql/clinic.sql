create extension if not exists "pgcrypto";

create table person (
  person_id serial not null,
  first_name varchar(45) not null,
  last_name varchar(45) not null,
  born date not null check (born > '1900-01-01'),
  person boolean not null default true,
  head_of integer,
  constraint person_pk primary key (person_id)
);

create index idx_person on person (last_name varchar_pattern_ops);

create table ward (
  ward_id serial not null primary key,
  person_id integer not null constraint ward_head references person on update cascade on delete restrict,
  person integer references person,
  name text not null unique
);

alter table person add constraint person_head_fk foreign key (head_of) references ward on delete set null;

create table doctor (
  person_id integer primary key references person on update cascade on delete cascade,
  licence varchar(20) not null unique,
  active smallint not null default 1 check (active in (0, 1)),
  "default" text default 'user',
  "group" text
);

create table patient (
  person_id integer primary key references person on update cascade on delete cascade,
  doctor_id integer references doctor,
  blood char(3) check (blood in ('A', 'B', 'AB', '0')),
  insured varchar(3) check (insured in ('yes', 'no')) default 'yes'
);

create table visit (
  visit_id bigserial primary key,
  patient_id integer not null references patient on delete set null,
  doctor_id integer not null references doctor on delete set default,
  started timestamp not null default now(),
  ended timestamp,
  fee numeric(5, 2) default 4.99 not null,
  special_needs text[],
  check (ended is null or ended >= started)
);

create unique index visit_once on visit (patient_id) where ended is null;

create unique index visit_start on visit (doctor_id, started) include (fee);

create table drug (code text primary key, name text not null, dose numeric(6, 3), constraint drug_dose check ((dose > (0)::numeric)));

create table prescription (
  visit_id bigint not null references visit on delete cascade,
  drug_code text not null references drug on update cascade,
  amount integer not null default 1,
  note varchar(255),
  last_update timestamp with time zone not null default current_timestamp,
  primary key (visit_id, drug_code)
);

create table lab_value (
  id uuid primary key default gen_random_uuid(),
  visit_id bigint references visit,
  name varchar(30) not null,
  value real not null,
  taken timestamptz not null default now(),
  constraint lab_value_once unique nulls not distinct (visit_id, name)
);

create table bed (
  ward_id integer not null references ward,
  number integer not null,
  patient_id integer unique references patient,
  primary key (ward_id, number)
);

create table note_kind (id smallint primary key, name varchar(20) not null);

create table note (
  id integer primary key,
  kind_id integer not null references note_kind,
  about_id integer not null references person,
  by_id integer not null references person,
  text varchar not null
);

create index note_about on note (about_id, by_id);

comment on table note is 'What was said';

create function visits_of(p integer) returns setof visit language sql as 'select * from visit where patient_id = p';

create view ward_heads as select ward.name, person.last_name from ward join person using (person_id);
