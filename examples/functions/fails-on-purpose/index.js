async function lambda(input) {
  console.warn('looking for order', input.payload.orderId);
  throw new Error(`There is no order ${input.payload.orderId}.`);
}
