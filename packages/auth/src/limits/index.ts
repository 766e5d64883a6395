export { within, type WithinOptions } from './within.ts'
