/** Attributes that every table of this room has: the infrastructure makes the tables with them, and nobody else spells one. */

export const keyAttributes = { partition: 'pk', sort: 'sk' } as const;

/** Epoch seconds of the wall clock from which on DynamoDB removes an item. */
export const expiryAttribute = 'expires';
