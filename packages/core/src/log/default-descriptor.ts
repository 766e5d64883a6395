// Shared by copies of the package: the command's and the application's need not be the same.
const kDescriptor = Symbol.for('keelson.logDescriptor')
type Redirected = { [kDescriptor]?: number }

/** Where the lines of loggers go that name no destination: stdout, unless {@link redirectLogs} said otherwise. */
export function defaultDescriptor(): number {
  return (globalThis as Redirected)[kDescriptor] ?? 1
}

/** From now on loggers without a destination of their own write to another descriptor; for programs whose output is data. */
export function redirectLogs(descriptor: number): void {
  ;(globalThis as Redirected)[kDescriptor] = descriptor
}
