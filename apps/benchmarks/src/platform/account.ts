/** The account that is called, as the server and every contender know it. */
export const ACCOUNT = {
  accountId: '31447124',
  clientId: '9c1a4bd2-6a50-4f65-a1c6-1f5d8a1f4e0a',
  clientSecret: 'benchmark-secret-of-a-plausible-length',
  functionUuid: '6b1d5f0e-3c0a-4b52-9f0e-2a1f6d1c7e55',
  eventSource: 'lp-functions-benchmarks',
} as const;

/** What is sent to the function: the size of an ordinary order event, about 330 bytes as JSON. */
export const PAYLOAD: Readonly<Record<string, unknown>> = {
  orderId: 'ord-2024-0001234',
  customer: { id: 'c-981273', name: 'Ada Lovelace', email: 'ada@example.com', tier: 'gold' },
  items: [
    { sku: 'SKU-1001', quantity: 2, price: 19.99 },
    { sku: 'SKU-2044', quantity: 1, price: 249 },
    { sku: 'SKU-3120', quantity: 5, price: 3.5 },
  ],
  notes: 'Deliver to the back door; the bell does not work.',
};

/** Entries for the function beside the payload. */
export const FUNCTION_HEADERS: readonly { readonly key: string; readonly value: string }[] = [
  { key: 'X-Trace', value: 'benchmark' },
];

/** What the function answers; every contender checks that it got it. */
export const ANSWER: { readonly accepted: boolean } & Readonly<Record<string, unknown>> = {
  accepted: true,
  orderId: 'ord-2024-0001234',
  estimate: { days: 3, carrier: 'DHL' },
};
