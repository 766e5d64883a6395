// On the request path of routes that switch the protocol of their connection.
import { BadRequestError, NotImplementedError, UpgradeRequiredError } from '../../errors/index.ts'
import type { Call } from '../../operation/index.ts'

/**
 * Makes the check that refuses a call which cannot switch to a protocol; 426 if it does not ask for it (RFC 9110 §15.5.22).
 *
 * @param protocol - as the route declares it
 */
export function upgradeCheck(protocol: string): (call: Call) => void {
  const name = protocol.toLowerCase()
  return (call) => {
    if (call.switchesTo !== name) throw unswitchable(call, protocol, name)
  }
}

function unswitchable(call: Call, protocol: string, name: string): Error {
  const isAsked = (call.meta('upgrade') ?? '').toLowerCase().includes(name)
  if (isAsked && call.switchesTo === undefined)
    return new NotImplementedError(`The switch to ${protocol} needs an HTTP/1.1 connection.`, {
      expose: true,
    })
  if (isAsked && call.hasBody)
    return new BadRequestError('A request that switches the protocol must not have a body.')
  return new UpgradeRequiredError(`This needs an upgrade to ${protocol}.`, { upgrade: [protocol] })
}
