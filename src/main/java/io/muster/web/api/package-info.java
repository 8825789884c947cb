/** The REST API below {@code /api}: documented by OpenAPI at {@code /v3/api-docs}, stable names, masked content. */
package io.muster.web.api;
