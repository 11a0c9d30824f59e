/** Names of the calendar function's own environment variables, shared with the infrastructure that sets them. */
export const calendarEnv = {
  restUrl: 'REST_URL',
  apiKeySecret: 'API_KEY_SECRET',
} as const;
