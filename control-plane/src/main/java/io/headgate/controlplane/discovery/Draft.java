package io.headgate.controlplane.discovery;

import io.headgate.controlplane.snapshot.EncodedResource;
import java.util.List;

/**
 * The content of a response that is being made.
 *
 * @param resources what the response carries
 * @param news those of the resources that the client does not have yet
 * @param removed the names that the client is to drop
 */
record Draft(List<EncodedResource> resources, List<EncodedResource> news, List<String> removed) {}
