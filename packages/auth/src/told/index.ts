export { readTold, tell, type TellPorts } from './tell.ts'
