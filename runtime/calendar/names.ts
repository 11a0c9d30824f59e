/** Names of the calendar function's environment variables, shared with the infrastructure that sets them. */
export const calendarEnv = {
  market: 'MARKET',
  restUrl: 'REST_URL',
  apiKeySecret: 'API_KEY_SECRET',
} as const;
