create type unit as enum ('piece', 'kg', 'm');

create sequence receipt_numbers start with 1000;

create table "Warehouses" (
  "WarehouseId" uuid default gen_random_uuid() not null,
  "Name" varchar(60) not null,
  "managerId" integer,
  "openSince" date default current_date,
  "isOpen" boolean default true not null,
  constraint "PK_Warehouses" primary key ("WarehouseId")
);

create table staff (
  id integer primary key generated always as identity,
  warehouse_id uuid not null references "Warehouses" on delete restrict,
  name varchar(120) not null,
  pay money,
  hired time with time zone,
  photo bytea default '\x00ff'::bytea
);

alter table "Warehouses" add foreign key ("managerId") references staff deferrable;

create table goods (
  sku char(12) not null unique,
  id integer primary key,
  name text not null,
  sold_by unit not null default 'piece',
  weight numeric,
  vat numeric(4, 3) not null default 0.2,
  dimensions double precision[3],
  notes text default 'it''s "new"',
  barcode bigint check (barcode > 0 and barcode < 10000000000000),
  constraint goods_vat_check check (vat between 0 and 1)
);

create table shelves (
  warehouse_id uuid not null references "Warehouses" on delete cascade,
  row_number smallint not null,
  place smallint not null,
  good_id integer references goods on delete set null,
  amount numeric(12, 3) not null default 0,
  unique (warehouse_id, row_number, place),
  primary key (row_number, place, warehouse_id)
);

create table moves (
  id bigint generated always as identity (start with 100 increment by 10) primary key,
  good_id bigint not null references goods,
  from_id uuid references "Warehouses",
  to_id uuid references "Warehouses",
  amount numeric(12, 3) not null check (amount <> 0),
  at timestamp with time zone default now() not null,
  receipt integer default nextval('receipt_numbers') not null,
  check (from_id is distinct from to_id)
);

create index moves_at on moves (at desc);

create index moves_by_good on moves (good_id, at);

create index moves_by_good_again on moves (good_id, at);

create index moves_receipt on moves using hash (receipt);

create table suppliers (
  id varchar(5) primary key,
  parent varchar(8) references suppliers,
  name varchar(40) not null,
  country char(2) default 'de',
  since timestamptz default '2000-01-01 00:00:00+00',
  rating integer
);

create table offers (
  supplier_id varchar not null references suppliers on delete cascade,
  good_id integer not null references goods on delete cascade,
  price numeric(10, 2) not null,
  valid tstzrange,
  constraint offers_pkey primary key (supplier_id, good_id)
);

create table offer_files (
  id uuid primary key,
  supplier_id varchar not null,
  good_id integer not null,
  mime varchar(60) not null default 'application/octet-stream',
  content bytea not null,
  foreign key (supplier_id, good_id) references offers
);

create table counts (day date not null, good_id integer not null references goods, counted integer) partition by range (day);

create table counts_2026 partition of counts for values from ('2026-01-01') to ('2027-01-01');

create table audit (
  id bigserial,
  what jsonb not null default '{"a": [1, 2]}',
  xid xml,
  primary key (id)
);

alter table audit enable row level security;

create policy audit_all on audit using (true);

create rule keep_audit as on delete to audit do instead nothing;
