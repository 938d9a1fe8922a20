async function lambda(input) {
  return `Hello, ${input.payload.name}!`;
}
