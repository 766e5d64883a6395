create table [Customers] (
  [CustomerID] text,
  [CompanyName] text,
  [Phone] nvarchar(24),
  [Rating] integer,
  primary key (`CustomerID`)
);

create table [Employees] (
  [EmployeeID] integer primary key autoincrement,
  [LastName] text,
  [BirthDate] date,
  [Photo] blob,
  [ReportsTo] integer,
  foreign key ([ReportsTo]) references [Employees] ([EmployeeID]) on delete no action on update no action
);

create table [Order Details] (
  [OrderID] integer not null,
  [ProductID] integer not null,
  [UnitPrice] numeric not null default 0,
  [Quantity] integer not null default 1,
  [Discount] real not null default 0,
  primary key ("OrderID", "ProductID"),
  check ([Discount] >= (0) and [Discount] <= (1)),
  check ([Quantity] > (0)),
  constraint price_check check ([UnitPrice] >= (0)),
  foreign key ([OrderID]) references [Orders] ([OrderID]),
  foreign key ([ProductID]) references [Products] ([ProductID])
);

create table [Orders] (
  [OrderID] integer not null primary key autoincrement,
  [CustomerID] text,
  [EmployeeID] integer,
  [OrderDate] datetime,
  [Freight] numeric default 0,
  [ShipName] text,
  foreign key ([CustomerID]) references [Customers] ([CustomerID]),
  foreign key ([EmployeeID]) references [Employees] ([EmployeeID])
);

create table [Products] (
  [ProductID] integer not null primary key autoincrement,
  [ProductName] text not null,
  [SupplierID] integer,
  [QuantityPerUnit] text default "each",
  [Discontinued] text not null default '0',
  [ReorderLevel] integer default -1,
  [Big] integer default 9223372036854775807,
  foreign key ([SupplierID]) references [Suppliers] ([SupplierID]) on delete set null
);

create table [Regions] ([RegionID] integer not null primary key, [RegionDescription] text not null);

create table [Suppliers] ([SupplierID] integer primary key, [CompanyName] text not null, [HomePage] text, [Products] text);

create table [Territories] (
  [TerritoryID] text not null,
  [RegionID] integer not null references Regions on delete set null,
  primary key ([TerritoryID])
);

create table [EmployeeTerritories] (
  [EmployeeID] integer not null references [Employees],
  [TerritoryID] text not null references [Territories],
  primary key ([EmployeeID], [TerritoryID])
);

create table store (id int primary key, manager_id smallint not null references worker, name varchar(20) not null);

create table worker (id smallint primary key, store_id int not null references store, store varchar(10), born timestamp);

create index worker_store on worker (store_id);

create view "Order Subtotals" as select OrderID, sum(UnitPrice * Quantity) as Subtotal from "Order Details" group by OrderID;
