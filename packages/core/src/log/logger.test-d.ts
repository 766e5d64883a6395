import { createLogger, createMemoryLogger, silentLogger, type Logger, type LogLevel } from './index.ts'

const log: Logger = createLogger({ level: 'debug', destination: 2, redact: ['password'] })
log.info('text')
log.info({ a: 1 }, 'text')
log.error(new Error('x'))
log.error(new Error('x'), 'text')
interface Order {
  readonly id: string
}
declare const order: Order
log.info(order, 'an interface is an object, too')
log.child({ a: 1 }).level = 'warn'
const level: LogLevel = silentLogger.level
const count: number = createMemoryLogger().lines.length

// @ts-expect-error a message comes last
log.info('text', { a: 1 })
// @ts-expect-error there is no such level
createLogger({ level: 'verbose' })
// @ts-expect-error only the one who made the destination closes it
void log.close()
// @ts-expect-error lines are read only
createMemoryLogger().lines.push({})

export { count, level }
