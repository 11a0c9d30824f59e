/** The vendor's status messages, word for word where they are known. */

export interface Status {
  readonly status: string;
  readonly message: string;
}

export const statuses = {
  connected: { status: 'connected', message: 'Connected Successfully' },
  authenticated: { status: 'auth_success', message: 'authenticated' },
  refusedKey: { status: 'auth_failed', message: 'authentication failed' },
  refusedPlan: { status: 'auth_failed', message: "Your plan doesn't include websocket access." },
  authTimeout: { status: 'auth_timeout', message: 'No authentication request received.' },
  notAuthorized: { status: 'error', message: 'not authorized' },
  noRealTime: {
    status: 'error',
    message: "You don't have access real-time data. Please connect to the delayed host or upgrade your plan.",
  },
  maxConnections: {
    status: 'max_connections',
    message:
      'Maximum number of websocket connections exceeded. You have reached the connection limit for your account.',
  },
  malformed: { status: 'error', message: 'malformed request' },
} as const satisfies Record<string, Status>;

export function subscribedTo(topic: string): Status {
  return { status: 'success', message: `subscribed to: ${topic}` };
}

export function unsubscribedTo(topic: string): Status {
  return { status: 'success', message: `unsubscribed to: ${topic}` };
}

/** The JSON of a status event. */
export function encodeStatus({ status, message }: Status): string {
  return JSON.stringify({ ev: 'status', status, message });
}
