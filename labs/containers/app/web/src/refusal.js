/** What is thrown where a request can't be served: a status, and a reason for the client. */
export class Refusal extends Error {
  constructor(status, reason, options) {
    super(reason, options);
    this.status = status;
  }
}
