"""What is generated from the frames: JSON Schema, AsyncAPI, TypeScript types, and the protocol's handbook page."""
