// Shared by copies of the package: that of the command and that of the application may differ.
const kDescriptor = Symbol.for('keelson.logDescriptor')
type Redirected = { [kDescriptor]?: number }

/** The destination of loggers that name none: stdout, unless {@link redirectLogs} changed it. */
export function defaultDescriptor(): number {
  return (globalThis as Redirected)[kDescriptor] ?? 1
}

/** Makes loggers without a destination write to another descriptor from now on; for programs whose output is data. */
export function redirectLogs(descriptor: number): void {
  ;(globalThis as Redirected)[kDescriptor] = descriptor
}
