export { withDefaults, type WithDefaults } from './with-defaults.ts'
