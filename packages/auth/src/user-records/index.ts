export { UserRecords, type UserRecord } from './user-records.ts'
export { userRecordsIn } from './user-records-in.ts'
