export { createTables, creationTexts, type TableOwner } from './create-tables.ts'
export { declared } from './declared.ts'
export { missingTables } from './missing-tables.ts'
