export { UserRecords } from './user-records.ts'
export { userRecordsIn } from './user-records-in.ts'
