package dev.glimpse.evaluation;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The Fréchet distance of feature vectors from those of a reference, both taken for Gaussian (Heusel et al., 2017):
 *
 * <pre>
 * d = |m_r - m|^2 + tr(S_r) + tr(S) - 2 tr((S_r S)^(1/2))
 * </pre>
 *
 * <p>The last trace is that of (A^T S A)^(1/2) for S_r = A A^T, the sum of the square roots of a symmetric matrix's
 * eigenvalues, which exists and is stable also where a covariance has no full rank. A = V L^(1/2) from the eigenvalues
 * L and vectors V of S_r is computed once.
 *
 * <p>Immutable, so any thread may use it.
 */
public final class FrechetDistance {
    private final double[] mean;
    private final double trace;
    private final DMatrixRMaj factor;
    private final double widest;

    /** @param reference at least 2 vectors */
    public FrechetDistance(FeatureMoments reference) {
        int n = reference.dimension();
        DMatrixRMaj covariance = DMatrixRMaj.wrap(n, n, reference.covariance());
        this.mean = reference.mean();
        this.trace = CommonOps_DDRM.trace(covariance);
        EigenDecomposition_F64<DMatrixRMaj> parts = decompose(covariance, true);
        this.factor = new DMatrixRMaj(n, n);
        double most = 0;
        for (int k = 0; k < n; k++) {
            double root = Math.sqrt(Math.max(0, parts.getEigenvalue(k).getReal()));
            most = Math.max(most, root);
            DMatrixRMaj vector = parts.getEigenVector(k);
            for (int i = 0; i < n; i++) {
                factor.set(i, k, vector.get(i) * root);
            }
        }
        this.widest = most;
    }

    /**
     * The distance of other vectors of the same dimension, at least 0.
     *
     * @param other at least 2 vectors
     */
    public double to(FeatureMoments other) {
        int n = mean.length;
        DMatrixRMaj covariance = DMatrixRMaj.wrap(n, n, other.covariance());
        double total = trace + CommonOps_DDRM.trace(covariance);
        double[] otherMean = other.mean();
        for (int i = 0; i < n; i++) {
            total += (mean[i] - otherMean[i]) * (mean[i] - otherMean[i]);
        }
        DMatrixRMaj half = new DMatrixRMaj(n, n);
        CommonOps_DDRM.mult(covariance, factor, half);
        DMatrixRMaj product = new DMatrixRMaj(n, n);
        CommonOps_DDRM.multTransA(factor, half, product);
        symmetrise(product);
        EigenDecomposition_F64<DMatrixRMaj> parts = decompose(product, false);
        for (int k = 0; k < n; k++) {
            total -= 2 * Math.sqrt(Math.max(0, parts.getEigenvalue(k).getReal()));
        }
        return Math.max(0, total);
    }

    /*
     * With S the covariance of the vectors and T the map that carries their Gaussian to the reference's, d changes by
     * 2 (m - m_r)^T dm + tr((I - T) dS). Over n vectors the first has the variance 4 (m - m_r)^T S (m - m_r) / n, the
     * second 2 tr(((I - T) S)^2) / n, and since tr((I - T) S (I - T)) is the covariances' part of d, both together have
     * at most 4 d l / n for the largest eigenvalue l of S. A direction alone has at most the whole distance, so
     * sqrt(l) is at most sqrt(l_r) + sqrt(d).
     */
    /**
     * A bound on the standard deviation by which the distance of vectors differs from one set of them to the next, for
     * Gaussian ones and to first order in 1 / sqrt(n).
     *
     * @param distance of the vectors
     * @param count n, how many they are
     */
    public double deviation(double distance, long count) {
        return 2 * Math.sqrt(distance / count) * (widest + Math.sqrt(distance));
    }

    private static EigenDecomposition_F64<DMatrixRMaj> decompose(DMatrixRMaj symmetric, boolean vectors) {
        EigenDecomposition_F64<DMatrixRMaj> parts =
                DecompositionFactory_DDRM.eig(symmetric.getNumRows(), vectors, true);
        if (!parts.decompose(symmetric.copy())) {
            throw new IllegalArgumentException(
                    "covariance: without eigenvalues (expected: features that are finite numbers)");
        }
        return parts;
    }

    /** Takes away the rounding by which the two halves of a product differ. */
    private static void symmetrise(DMatrixRMaj matrix) {
        int n = matrix.getNumRows();
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double value = (matrix.get(i, j) + matrix.get(j, i)) / 2;
                matrix.set(i, j, value);
                matrix.set(j, i, value);
            }
        }
    }
}
