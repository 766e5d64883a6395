export { UserRecords, type UserRecord } from './user-records.ts'
