package dev.glimpse;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.glimpse.math.NoiseStream;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house that bytecode can show. To change one, change it here, in the same commit and with a reason.
 */
class ArchitectureTest {
    private static final ArchitectureTable PACKAGES = new ArchitectureTable("""
            math          {}
            image         {}
            scheduler     {}
            simulation    {scheduler math}
            model         {math}
            sampling      {math model}
            training      {math model image}
            evaluation    {math model sampling image}
            generation    {math model sampling scheduler image}
            access        {scheduler generation}
            api.json      {generation image math}
            api.web       {access generation api.json}
            api.rpc       {access generation api.web}
            api.grpc      {generation image access math api.rpc api.web}
            api.websocket {generation image access math api.json api.web}
            api.http      {generation image access math api.json api.web}
            api.oip       {generation image access math api.json api.web api.rpc}
            observability {scheduler generation}
            config        {scheduler generation training access model}
            cli           {*}
            """);

    private static final ArchitectureTable LIBRARIES = new ArchitectureTable("""
            ai.djl              {model sampling training evaluation}
            io.vertx            {generation api.* access observability cli}
            io.vertx.grpc       {api.grpc api.oip api.rpc cli}
            com.google.protobuf {api.grpc api.oip api.rpc cli}
            com.google.rpc      {api.grpc api.oip api.rpc cli}
            glimpse.wire        {api.grpc api.oip api.rpc cli}
            org.yaml.snakeyaml  {config training}
            java.awt            {image cli}
            javax.imageio       {image cli}
            picocli             {cli}
            io.micrometer       {observability}
            io.opentelemetry    {observability}
            ch.qos.logback      {observability}
            org.hipparchus      {evaluation}
            org.ejml            {evaluation}
            net.razorvine       {model}
            org.knowm.xchart    {image}
            com.github.benmanes {generation}
            """);

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.glimpse");

    @Test
    void rulesSeeTheCode() {
        assertThat(CLASSES.contain(NoiseStream.class)).isTrue();
        assertThat(CLASSES.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void everyPackageHasARow() {
        check(classes().should(PACKAGES.haveARow()));
    }

    @Test
    void packagesKnowTheirRowAlone() {
        check(classes().should(PACKAGES.dependOnTheirRowAlone()));
    }

    @Test
    void librariesStayWhereTheirRowPutsThem() {
        check(classes().should(LIBRARIES.useLibrariesWhereTheirRowSaysSo()));
    }

    @Test
    void schedulerNeedsNothingButTheJdk() {
        check(classes()
                .that(liveIn("scheduler"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "dev.glimpse.scheduler..", "org.jspecify..", "com.google.errorprone.annotations.."));
    }

    @Test
    void packagesFormNoCycle() {
        check(slices().matching("dev.glimpse.(**)").should().beFreeOfCycles());
    }

    @Test
    void everyPackageSaysWhatItIsAndIsNullMarked() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                unmarked.add(type.getPackageName());
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @Test
    void publicClassesAreFinal() {
        check(classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should()
                .haveModifier(JavaModifier.FINAL));
    }

    @Test
    void staticsAreFinal() {
        check(fields().that().areStatic().should().beFinal());
    }

    @Test
    void staticsHaveNoTypeThatIsMadeToBeChanged() {
        check(noFields().that().areStatic().should().haveRawType(Forbidden.mutableType()));
    }

    @Test
    void constantArraysStayInTheirClass() {
        check(fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .and()
                .haveRawType(describe("array", JavaClass::isArray))
                .should()
                .bePrivate());
    }

    @Test
    void timeIsAnArgumentWherePicturesAreMade() {
        check(noClasses()
                .that(liveIn("math", "image", "scheduler", "model", "sampling"))
                .should()
                .accessTargetWhere(Forbidden.clock()));
    }

    @Test
    void networksAreEvaluatedWhereTheCallerSays() {
        // A directory's check of foreign weights stays on the CPU for good.
        check(noClasses()
                .that(not(describe(
                        "say where",
                        type -> Set.of("ComputeDevice", "ImportedModel").contains(type.getSimpleName()))))
                .should()
                .accessTargetWhere(Forbidden.device()));
        check(noClasses().should().accessTargetWhere(Forbidden.anyDevice()));
    }

    @Test
    void noiseComesFromTheNoiseStreamAlone() {
        check(noClasses().should().accessTargetWhere(Forbidden.randomDraw()));
    }

    @Test
    void generatorsOfRandomNumbersAreNotEvenNamed() {
        // A reference to SecureRandom's nextLong, where seeds are drawn, names the class that it inherits it from.
        check(noClasses()
                .that(not(liveIn("access", "generation")))
                .should()
                .dependOnClassesThat(Forbidden.randomClass()));
    }

    @Test
    void seedsIdentitiesAndSecretsAreDrawnWhereRequestsEnter() {
        check(noClasses()
                .that(not(liveIn(
                        "access",
                        "generation",
                        "api.grpc",
                        "api.http",
                        "api.websocket",
                        "api.oip",
                        "api.rpc",
                        "api.web")))
                .should()
                .accessTargetWhere(Forbidden.unpredictableDraw()));
    }

    @Test
    void standardStreamsBelongToTheCommands() {
        check(noClasses().that(not(liveIn("cli"))).should().accessTargetWhere(Forbidden.console()));
    }

    @Test
    void namesSayWhatATypeIs() {
        check(noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl|Processor|Base|Common)"));
    }

    private static DescribedPredicate<JavaClass> liveIn(String... packages) {
        Set<String> names = Set.of(packages);
        return describe(
                "live in " + String.join(", ", packages),
                type -> ArchitectureTable.packageOf(type)
                        .filter(names::contains)
                        .isPresent());
    }

    /** A rule about a package that does not exist holds. */
    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
