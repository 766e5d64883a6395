-- foreign keys: off

create table "orders" (
  "id" text not null,
  "customer" text not null,
  "status" text not null default 'open',
  "items" text not null,
  "total_cents" integer not null,
  "created_at" text not null default (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  "version" integer not null default 1,
  primary key ("id"),
  constraint "orders_id_check" check ("id" glob '????????-????-????-????-????????????'),
  constraint "orders_customer_check" check (length("customer") >= 1 and length("customer") <= 100),
  constraint "orders_status_check" check ("status" in ('open', 'closed') and length("status") <= 6),
  constraint "orders_items_check" check (json_valid("items")),
  constraint "orders_total_cents_check" check ("total_cents" >= 0 and "total_cents" <= 9007199254740991),
  constraint "orders_created_at_check" check ("created_at" glob '????-??-??T??:??:??.???Z'),
  constraint "orders_version_check" check ("version" >= 1 and "version" <= 9007199254740991)
) strict;

-- down

drop table "orders";
