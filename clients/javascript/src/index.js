// The migma-mock server for tests in JavaScript: one server, one account for each test.

export { ControlError } from "./control.js";
export { connect } from "./mock.js";
export { startMock } from "./start_mock.js";
