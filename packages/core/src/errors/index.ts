export { FrameworkError, type FrameworkErrorInit } from './framework-error.ts'
export { StartError, type SetupProblem } from './start-error.ts'
