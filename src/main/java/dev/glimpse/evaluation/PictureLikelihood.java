package dev.glimpse.evaluation;

import java.util.OptionalDouble;

/**
 * The likelihood of one picture.
 *
 * @param index of the picture in its data set
 * @param bitsPerDimension mean over the probes
 * @param standardError of that mean over the probes; empty for a single probe
 * @param priorLogDensity of the ODE's end point, in nats
 * @param logDeterminant of the flow's derivative, in nats: integral of the divergence, mean over the probes
 * @param residual the dequantisation's own share, in nats; 0 for those that have none
 * @param evaluations of the network along the ODE
 */
public record PictureLikelihood(
        int index,
        double bitsPerDimension,
        OptionalDouble standardError,
        double priorLogDensity,
        double logDeterminant,
        double residual,
        int evaluations) {}
