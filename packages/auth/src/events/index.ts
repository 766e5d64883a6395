export { publish, type AuthEvent, type AuthEventName } from './publish.ts'
