import { cspProblems, reportOnlyProblems, type CspProblem } from './csp.ts'
import { readHsts, type SecurityHeadersOptions } from './security-options.ts'

/** A year: what the list of browsers asks for. */
const PRELOAD_SECONDS = 31_536_000

/** Finds what contradicts itself, or would do nothing. */
export function findProblems(options: SecurityHeadersOptions): CspProblem[] {
  const { contentSecurityPolicy, contentSecurityPolicyReportOnly: reported } = options
  const policies = [contentSecurityPolicy, reported].filter((one) => one !== undefined && one !== false)
  return [
    ...policies.flatMap(cspProblems),
    ...policies.flatMap(({ reportTo }) => endpointProblems(reportTo, options)),
    ...(reported !== undefined && reported.reportTo === undefined ? [NOWHERE] : []),
    ...(reported === undefined ? [] : reportOnlyProblems(reported)),
    ...preloadProblems(options),
  ]
}

const NOWHERE: CspProblem = {
  message: 'contentSecurityPolicyReportOnly says nobody who is told.',
  remedy: "Give it reportTo: 'csp', and reportingEndpoints: { csp: '/reports/csp' }.",
}

function endpointProblems(
  reportTo: string | undefined,
  { reportingEndpoints = {} }: SecurityHeadersOptions,
): CspProblem[] {
  if (reportTo === undefined || Object.hasOwn(reportingEndpoints, reportTo)) return []
  return [
    {
      message: `reportTo names the endpoint '${reportTo}', which is not there.`,
      remedy: `Give reportingEndpoints: { '${reportTo}': '/reports/${reportTo}' }.`,
    },
  ]
}

function preloadProblems({ strictTransportSecurity }: SecurityHeadersOptions): CspProblem[] {
  if (strictTransportSecurity === undefined || strictTransportSecurity === false) return []
  const { maxAgeSeconds, includeSubDomains, preload } = readHsts(strictTransportSecurity)
  if (!preload || (includeSubDomains && maxAgeSeconds >= PRELOAD_SECONDS)) return []
  return [
    {
      message: 'strictTransportSecurity says preload without a year and subdomains.',
      remedy: `Give maxAgeSeconds: ${PRELOAD_SECONDS} and includeSubDomains: true, or omit preload.`,
    },
  ]
}
