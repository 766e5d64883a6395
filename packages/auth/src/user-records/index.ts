export { UserRecords } from './user-records.ts'
export { recordScope } from './record-scope.ts'
