export { publish, type AuthMessage, type AuthMessageName } from './publish.ts'
