export { createTables, type TableOwner } from './create-tables.ts'
